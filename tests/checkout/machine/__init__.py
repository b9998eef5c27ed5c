"""A shop that random shoppers, clerks, crashes and clocks work on, and a model of what must come of it."""
