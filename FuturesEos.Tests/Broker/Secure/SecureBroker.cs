using Confluent.Kafka;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Security;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>A broker with TLS, users or both: alice's password is "secret", that of "a,b=c" is ",=:\"ä".</summary>
internal sealed class SecureBroker : IAsyncDisposable
{
    public const string User = "alice";
    public const string Password = "secret";
    public const string OddUser = "a,b=c";
    public const string OddPassword = ",=:\"ä";

    private readonly TemporaryFolder _data;
    private readonly EmbeddedKafkaHost _host;

    private SecureBroker(TestCertificates certificates, EmbeddedKafkaHost host, TemporaryFolder data, LogCapture log)
    {
        Certificates = certificates;
        _host = host;
        _data = data;
        Log = log;
    }

    public TestCertificates Certificates { get; }

    /// <summary>What the broker said.</summary>
    public LogCapture Log { get; }

    public string BootstrapServers => _host.BootstrapServers;

    public static SaslOptions Users(params string[] mechanisms) => new()
    {
        Users = new Dictionary<string, string> { [User] = Password, [OddUser] = OddPassword },
        Mechanisms = mechanisms is [] ? SaslMechanisms.All : mechanisms,
    };

    public static async Task<SecureBroker> StartAsync(
        bool tls = false, bool clientCertificates = false, SaslOptions? sasl = null, TimeSpan? transferTimeout = null)
    {
        var certificates = new TestCertificates();
        var data = new TemporaryFolder("secure");
        var log = new LogCapture();
        using var loggers = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Debug).AddProvider(log));
        var host = await EmbeddedKafkaHost.StartAsync(
            new EmbeddedKafkaOptions
            {
                DataFolder = data.Path,
                Tls = tls
                    ? new()
                    {
                        CertificateFile = certificates.Certificate("broker"),
                        KeyFile = certificates.Key("broker"),
                        ClientCaFile = clientCertificates ? certificates.Ca : null,
                    }
                    : null,
                Sasl = sasl,
                TransferTimeout = transferTimeout ?? TimeSpan.FromSeconds(30),
            },
            loggers);
        return new SecureBroker(certificates, host, data, log);
    }

    /// <summary>A client's settings, with the password that is right.</summary>
    public Action<ClientConfig> With(SecurityProtocol protocol, SaslMechanism? mechanism = null) => config =>
    {
        config.SecurityProtocol = protocol;
        config.SslCaLocation = Certificates.Ca;
        config.SaslMechanism = mechanism;
        config.SaslUsername = mechanism is null ? null : User;
        config.SaslPassword = mechanism is null ? null : Password;
    };

    /// <summary>Writes a few records and reads them back, in a group, as any application does.</summary>
    public async Task WriteAndReadAsync(Action<ClientConfig> security)
    {
        var topic = "t" + Guid.NewGuid().ToString("N")[..8];
        var admins = new AdminClientConfig { BootstrapServers = BootstrapServers };
        security(admins);
        using (var admin = new AdminClientBuilder(admins).SetLogHandler((_, _) => { }).Build())
            await admin.CreateTopicsAsync([new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);

        // larger than one TLS record and than the pieces that an answer is sent in
        byte[][] values = [[1], new byte[200_000], [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)], [2]];
        using (var producer = Clients.Producer(BootstrapServers, security))
        {
            foreach (var value in values)
                await producer.ProduceAsync(topic, new() { Key = "k", Value = value });
        }

        using var consumer = Clients.Consumer(BootstrapServers, "g" + topic, security);
        consumer.Subscribe(topic);
        Xunit.Assert.Equal(values, Clients.Take(consumer, values.Length).Select(read => read.Message.Value));
        consumer.Commit();
        consumer.Close();
    }

    /// <summary>What a client is told that is not let in.</summary>
    public async Task<string> RefusalAsync(Action<ClientConfig> security)
    {
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var config = new ProducerConfig { BootstrapServers = BootstrapServers };
        security(config);
        using var producer = new ProducerBuilder<string, byte[]>(config)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => told.Enqueue($"{error.Code}: {error.Reason}"))
            .Build();
        await Eventually.True(() => !told.IsEmpty);
        return string.Join('\n', told);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _data.Dispose();
        Certificates.Dispose();
    }
}
