namespace FuturesEos.Streams.Errors;

/// <summary>Stop: the engine cannot go on by itself. The message says what was found and what to do about it.</summary>
public sealed class StreamsFatalException(string message, Exception? cause = null) : Exception(message, cause);
