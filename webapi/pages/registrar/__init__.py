"""What do the registrar's pages show, and what is done on them?"""
