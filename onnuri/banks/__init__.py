"""Bank rails: the open-banking client, its simulator, ISO 20022 statements and bank codes."""
