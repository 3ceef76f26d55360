"""What is shown of a jury that is being made up: its panel rule by rule, who might sit, who might come before it."""
