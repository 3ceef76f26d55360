"""How is all that cannot be made again copied, and brought back without bringing back what was erased?"""
