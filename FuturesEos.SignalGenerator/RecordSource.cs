namespace FuturesEos.SignalGenerator;

/// <summary>What is to be sent.</summary>
/// <param name="Records">The records, made as they are asked for.</param>
/// <param name="Remark">What the last line adds to the number sent; empty: nothing.</param>
internal sealed record RecordSource(IAsyncEnumerable<OutgoingRecord> Records, Func<string> Remark);
