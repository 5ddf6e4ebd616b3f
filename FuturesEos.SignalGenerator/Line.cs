namespace FuturesEos.SignalGenerator;

/// <summary>A line of a stream.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Bytes">Without the line feed; valid until the next line is read.</param>
/// <param name="IsTooLong">It is longer than the limit: the bytes are its beginning.</param>
internal readonly record struct Line(long Number, ReadOnlyMemory<byte> Bytes, bool IsTooLong);
