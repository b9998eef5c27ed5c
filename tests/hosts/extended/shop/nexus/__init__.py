"""Abstract classes that extend the models of the library, one module a domain."""
