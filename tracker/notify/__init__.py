"""The room that writes messages and hands them over: what to say, and the channels it goes by."""
