namespace FuturesEos.Tests.Broker.History;

/// <summary>One committed reader's pass over one partition: offset, value and time, as it was given them.</summary>
/// <param name="Reader">Its name.</param>
/// <param name="Place">What it read: topic and partition.</param>
/// <param name="Start">From where it read.</param>
/// <param name="IsFinal">Whether it began after everything was over, and read from the beginning to the end.</param>
/// <param name="Seen">What it was given.</param>
internal sealed record Pass(
    string Reader, string Place, long Start, bool IsFinal, IReadOnlyList<(long Offset, int Value, long At)> Seen);
