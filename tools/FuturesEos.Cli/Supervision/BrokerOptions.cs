using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Supervision;

/// <summary>Options of <c>eos run broker</c>.</summary>
internal sealed class BrokerOptions
{
    /// <summary>TCP port on 127.0.0.1; 0: any free one.</summary>
    [Setting("--port", "Broker:Port", "port on 127.0.0.1; 0: any free one")]
    public int Port { get; set; } = 9092;

    /// <summary>host:port that clients are told; none: where it listens.</summary>
    [Setting("--advertised",
        "Broker:Advertised", "host:port that clients are told to connect to, when a proxy stands before")]
    public string? Advertised { get; set; }

    /// <summary>Where topics are kept.</summary>
    [Setting("--data", "Broker:Data", "folder in which topics are kept")]
    public string Data { get; set; } = ".eos/broker";

    /// <summary>When what was written is forced to disk.</summary>
    [Setting("--fsync", "Broker:Fsync", "always, interval or never: when writes are forced to disk")]
    public FsyncPolicy Fsync { get; set; } = FsyncPolicy.Interval;
}
