"""The pages for people: one module for each place, and the words that all of them share."""
