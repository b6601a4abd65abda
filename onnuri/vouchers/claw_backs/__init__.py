"""claw_back claw_back_order claw_back_repay debts"""
