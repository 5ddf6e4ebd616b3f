namespace FuturesEos.Tests.Telemetry;

/// <summary>What an instrument's name in Prometheus follows from.</summary>
/// <param name="Kind"><c>Counter</c>, <c>UpDownCounter</c>, <c>Histogram</c> or <c>ObservableGauge</c>.</param>
/// <param name="Name">With dots.</param>
/// <param name="Unit"><c>s</c>, <c>By</c>, <c>{record}</c>.</param>
internal sealed record InstrumentKey(string Kind, string Name, string Unit);
