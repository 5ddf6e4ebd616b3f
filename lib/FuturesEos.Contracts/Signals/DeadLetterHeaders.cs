namespace FuturesEos.Contracts.Signals;

/// <summary>Headers that a dead letter has besides those it came with; values are UTF-8 text.</summary>
public static class DeadLetterHeaders
{
    /// <summary>The reason's code (<see cref="Refusal.Code"/>).</summary>
    public const string Reason = "dlq.reason";

    /// <summary>One readable sentence.</summary>
    public const string Detail = "dlq.detail";

    /// <summary>The topic it came from.</summary>
    public const string Topic = "dlq.topic";

    /// <summary>The partition it came from, decimal.</summary>
    public const string Partition = "dlq.partition";

    /// <summary>Its offset there, decimal.</summary>
    public const string Offset = "dlq.offset";
}
