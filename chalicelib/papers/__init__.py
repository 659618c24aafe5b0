"""Files as they came: what they really are, what is hidden in them, what a machine can read off them.

Knows bytes; must not know whose they are, where they are kept, or what they are good for.
"""
