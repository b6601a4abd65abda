"""The pages people see: wallet, stall, finance."""
