"""Who someone is: holders, shop owners, staff; sign-in and roles."""
