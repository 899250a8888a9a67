"""What the texts say: instruments, provisions, locators, status; imports none of ours."""
