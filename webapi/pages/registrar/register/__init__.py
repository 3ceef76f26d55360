"""Register, certificates and declarations of titles; reviews, rectifications and annulments of decisions."""
