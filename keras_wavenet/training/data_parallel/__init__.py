"""Training on several devices and machines: one batch, divided over all of them."""
