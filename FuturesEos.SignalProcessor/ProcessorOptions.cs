using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.SignalProcessor;

/// <summary>Options of the signal processor, beside those of its engine.</summary>
internal sealed class ProcessorOptions : ISettings
{
    [Setting("--output-prefix", "writes PREFIX.decisions and PREFIX.signal.dead-letter")]
    public string OutputPrefix { get; set; } = Topics.DefaultPrefix;

    [Setting("--grace", "how long after its end a window takes signals")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMilliseconds(WindowTime.DefaultGraceMs);

    public string? Validate() => Grace < TimeSpan.Zero ? $"--grace is {Grace}: it cannot be negative" : null;
}
