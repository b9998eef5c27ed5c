"""Who signs in: a user model of the site's own, from its first migration on."""
