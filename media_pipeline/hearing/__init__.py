"""What is heard in a recording: how loud it is, in which voices, in which words."""
