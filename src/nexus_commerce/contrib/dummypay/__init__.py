"""The page of the dummy provider, where a shopper of a demo pays or declines."""
