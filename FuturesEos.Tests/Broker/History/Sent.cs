namespace FuturesEos.Tests.Broker.History;

/// <summary>One record that was sent. Its value is in no other of the history.</summary>
/// <param name="Place">Topic and partition.</param>
/// <param name="Value">What is in it.</param>
/// <param name="Offset">Where it was acknowledged; none when no answer came.</param>
/// <param name="Cause">The value of the record that it was made of, if it was made of one.</param>
internal sealed record Sent(string Place, int Value, long? Offset, int? Cause = null)
{
    /// <summary>It was there and was deleted since: nobody need find it.</summary>
    public bool IsDeleted { get; init; }
}
