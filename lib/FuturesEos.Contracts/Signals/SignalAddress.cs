namespace FuturesEos.Contracts.Signals;

/// <summary>Where a value belongs, as far as it says so; it may be no valid signal for all that.</summary>
/// <param name="Symbol">Its symbol, when that is one: the record's key.</param>
/// <param name="Timeframe">Its timeframe, when that is one: the topic.</param>
/// <param name="Ts">Its time, when that is one: the record's timestamp.</param>
public readonly record struct SignalAddress(string? Symbol, Timeframe? Timeframe, long? Ts);
