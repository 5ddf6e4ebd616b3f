namespace FuturesEos.OrderManager;

/// <summary>One record of the decisions topic, as it came.</summary>
/// <param name="Partition">Where it came from.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Key">May be absent in a foreign record.</param>
/// <param name="Value">May be absent in a foreign record.</param>
/// <param name="Traceparent">Header of that name, if it is a W3C trace context.</param>
internal readonly record struct DecisionRecord(int Partition, long Offset, byte[]? Key, byte[]? Value,
    string? Traceparent);
