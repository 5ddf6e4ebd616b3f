using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Supervision;

/// <summary>Options of <c>eos run postgres</c>.</summary>
internal sealed class PostgresOptions
{
    /// <summary>Where data, password and log are kept.</summary>
    [Setting("--data", "folder in which data, password and log are kept")]
    public string Data { get; set; } = ".eos/postgres";

    /// <summary>TCP port on 127.0.0.1; 0: that of the last run, or any free one.</summary>
    [Setting("--port", "port on 127.0.0.1; 0: that of the last run if it is free, or any free one")]
    public int Port { get; set; }
}
