using FuturesEos.EmbeddedKafka;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.Cli.Supervision;

/// <summary>Options of <c>eos run broker</c>.</summary>
internal sealed class BrokerOptions
{
    /// <summary>Address to listen on, or a name of it.</summary>
    [Setting("--host", "address to listen on, or its name; every one (0.0.0.0 or ::) needs --advertised")]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>TCP port; 0: any free one.</summary>
    [Setting("--port", "port to listen on; 0: any free one")]
    public int Port { get; set; } = 9092;

    /// <summary>host or host:port that clients are told; none: where it listens.</summary>
    [Setting("--advertised", "host or host:port that clients are told to connect to; --host and --port without it")]
    public string? Advertised { get; set; }

    /// <summary>Where topics are kept.</summary>
    [Setting("--data", "folder in which topics are kept")]
    public string Data { get; set; } = ".eos/broker";

    /// <summary>When what was written is forced to disk.</summary>
    [Setting("--fsync", "always, interval or never: when writes are forced to disk")]
    public FsyncPolicy Fsync { get; set; } = FsyncPolicy.Interval;

    /// <summary>PEM file; with it the listener speaks TLS.</summary>
    [Setting("--tls-certificate", "PEM file of a certificate: clients must speak TLS; without it none")]
    public string? TlsCertificate { get; set; }

    /// <summary>PEM file of the certificate's private key.</summary>
    [Setting("--tls-key", "PEM file of the certificate's private key, without a password")]
    public string? TlsKey { get; set; }

    /// <summary>PEM file of those who sign the clients' certificates.</summary>
    [Setting("--tls-client-ca", "PEM file of the authorities that clients must have a certificate of; without it none")]
    public string? TlsClientCa { get; set; }

    /// <summary>File of user:password lines.</summary>
    [Setting("--sasl-users", "file of user:password lines that only its owner may read: clients must authenticate")]
    public string? SaslUsers { get; set; }

    /// <summary>Those that are enabled, separated by commas; none: all.</summary>
    [Setting("--sasl-mechanisms", "some of PLAIN,SCRAM-SHA-256,SCRAM-SHA-512; all without it")]
    public string? SaslMechanisms { get; set; }
}
