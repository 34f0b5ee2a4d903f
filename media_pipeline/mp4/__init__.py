"""What lies in an MP4 file, byte by byte, read and written without any program."""
