"""How the shop's pictures are drawn: a small studio of light, solids, textures and one painter per kind of object."""
