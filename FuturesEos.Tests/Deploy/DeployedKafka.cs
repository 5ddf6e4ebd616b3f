using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Cli.Deploying;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;
using FuturesEos.Tests.Topology;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// One node of Apache Kafka with the manifests' settings, topics, users and rights: TLS, SCRAM-SHA-512 and the
/// StandardAuthorizer on the listener of the clients. What Strimzi's operators do by certificates of their own is done
/// here on a second listener, by a super user.
/// </summary>
internal sealed class DeployedKafka : IDisposable
{
    // replicas are three in the manifests; on one node each of these would stop the broker or the writers
    private static readonly string[] OfThreeNodes = ["replication.factor", "min.isr", "min.insync.replicas"];

    private readonly string _folder;
    private readonly int _clients = FreePort.Choose();
    private readonly int _admins = FreePort.Choose();
    private readonly int _controller = FreePort.Choose();
    private JavaProgram? _program;
    private IAdminClient? _admin;

    private DeployedKafka(string folder) => _folder = folder;

    /// <summary>Where clients with a password are served.</summary>
    public string BootstrapServers => $"127.0.0.1:{_clients}";

    /// <summary>Where everything is allowed.</summary>
    public string AdminServers => $"127.0.0.1:{_admins}";

    /// <summary>The authority that clients trust: <c>ca.crt</c> of Strimzi's Secret.</summary>
    public string CaFile => Path.Combine(_folder, "ca.crt");

    /// <summary>What the authorizer refused, one line each.</summary>
    public IEnumerable<string> Refusals =>
        _program!.Lines.Where(line => line.Contains(" is Denied ", StringComparison.Ordinal));

    /// <summary>Password of a KafkaUser.</summary>
    public static string PasswordOf(string user) => user + "-secret";

    /// <summary>Starts the node and makes topics, users and rights.</summary>
    public static async Task<DeployedKafka> StartAsync(ManifestSet set, string folder)
    {
        Directory.CreateDirectory(folder);
        var kafka = new DeployedKafka(folder);
        try
        {
            kafka.WriteCertificate();
            await kafka.StartNodeAsync(set);
            await kafka.CreateTopicsAsync(set);
            foreach (var user in set.Of("KafkaUser")) await kafka.CreateUserAsync(user.Name);
            foreach (var right in KafkaRight.Of(set)) await kafka.GiveAsync(right);
            return kafka;
        }
        catch
        {
            kafka.Dispose();
            throw;
        }
    }

    /// <summary>Gives a user a right.</summary>
    public async Task GiveAsync(KafkaRight right)
    {
        await _admin!.CreateAclsAsync([Binding(right)]);
        await Eventually.True(async () => await HasAsync(right), Deadline.InSeconds(10), $"{right.User} has {right}");
    }

    /// <summary>Takes a right away.</summary>
    public async Task TakeAsync(KafkaRight right)
    {
        await _admin!.DeleteAclsAsync([Binding(right).ToFilter()]);
        await Eventually.True(
            async () => !await HasAsync(right), Deadline.InSeconds(10), $"{right.User} has no {right}");
    }

    public void Dispose()
    {
        _admin?.Dispose();
        _program?.Dispose();
    }

    private async Task StartNodeAsync(ManifestSet set)
    {
        var declared = Tree.Map(set.Of("Kafka").Single().Spec, "kafka", "config")
            .Where(setting => !OfThreeNodes.Any(end => setting.Key.EndsWith(end, StringComparison.Ordinal)));
        var settings = new Dictionary<string, string>(declared)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.quorum.voters"] = $"1@127.0.0.1:{_controller}",
            ["listeners"] =
                $"TLS://127.0.0.1:{_clients},ADMIN://127.0.0.1:{_admins},CONTROLLER://127.0.0.1:{_controller}",
            ["advertised.listeners"] = $"TLS://127.0.0.1:{_clients},ADMIN://127.0.0.1:{_admins}",
            ["listener.security.protocol.map"] = "TLS:SASL_SSL,ADMIN:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["inter.broker.listener.name"] = "ADMIN",
            ["controller.listener.names"] = "CONTROLLER",
            ["log.dirs"] = Path.Combine(_folder, "data"),
            ["sasl.enabled.mechanisms"] = "SCRAM-SHA-512",
            ["listener.name.tls.scram-sha-512.sasl.jaas.config"] =
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            ["listener.name.tls.ssl.keystore.type"] = "PEM",
            ["listener.name.tls.ssl.keystore.location"] = Path.Combine(_folder, "node.pem"),
            ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            ["super.users"] = "User:ANONYMOUS",
            ["default.replication.factor"] = "1",
            ["min.insync.replicas"] = "1",
            ["offsets.topic.replication.factor"] = "1",
            ["offsets.topic.num.partitions"] = "3",
            ["transaction.state.log.replication.factor"] = "1",
            ["transaction.state.log.min.isr"] = "1",
            ["transaction.state.log.num.partitions"] = "3",
            ["share.coordinator.state.topic.replication.factor"] = "1",
            ["share.coordinator.state.topic.min.isr"] = "1",
            ["group.initial.rebalance.delay.ms"] = "0",
        };
        var logging = Path.Combine(_folder, "log4j2.yaml");
        await File.WriteAllTextAsync(logging, """
            Configuration:
              Appenders:
                Console: { name: STDERR, target: SYSTEM_ERR, PatternLayout: { pattern: "[%d] %p %m (%c)%n" } }
              Loggers:
                Root: { level: WARN, AppenderRef: { ref: STDERR } }
                Logger: { name: kafka.authorizer.logger, level: INFO }
            """);
        await JavaProgram.RunAsync(
            "kafka.tools.StorageTool",
            "format", "-t", "RnV0dXJlc0Vvcy1SaWdodHM", "-c", JavaProgram.WriteSettings(_folder, settings));
        _program = await JavaProgram.StartAsync(_folder, "kafka.Kafka", settings, logging: logging);
        _admin = new AdminClientBuilder(
            new AdminClientConfig { BootstrapServers = AdminServers }).SetLogHandler((_, _) => { }).Build();
        await Eventually.True(IsUp, Deadline.InSeconds(120), $"the broker answers: {_program.Tail}");
    }

    private bool IsUp()
    {
        if (_program!.HasExited) throw new InvalidOperationException(_program.Tail);
        try
        {
            return _admin!.GetMetadata(TimeSpan.FromSeconds(1)).Brokers.Count == 1;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    private Task CreateTopicsAsync(ManifestSet set) => _admin!.CreateTopicsAsync(
        set.Of("KafkaTopic").Select(topic => new TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = int.Parse(Tree.Text(topic.Spec, "partitions")!),
            ReplicationFactor = 1,
            Configs =
                Tree.Map(topic.Spec, "config").Where(setting => setting.Key != "min.insync.replicas").ToDictionary(),
        }));

    private Task CreateUserAsync(string user) => _admin!.AlterUserScramCredentialsAsync(
    [
        new UserScramCredentialUpsertion
        {
            User = user,
            Password = Encoding.UTF8.GetBytes(PasswordOf(user)),
            Salt = RandomNumberGenerator.GetBytes(16),
            ScramCredentialInfo = new ScramCredentialInfo { Mechanism = ScramMechanism.ScramSha512, Iterations = 4096 },
        },
    ]);

    private async Task<bool> HasAsync(KafkaRight right) =>
        (await _admin!.DescribeAclsAsync(Binding(right).ToFilter())).AclBindings.Count > 0;

    private static AclBinding Binding(KafkaRight right) => new()
    {
        Pattern = new ResourcePattern
        { Type = TypeOf(right), Name = right.Name, ResourcePatternType = PatternOf(right) },
        Entry = new AccessControlEntry
        {
            Principal = "User:" + right.User, Host = "*", Operation = OperationOf(right),
            PermissionType = AclPermissionType.Allow,
        },
    };

    private static ResourceType TypeOf(KafkaRight right) => right.Type switch
    {
        "topic" => ResourceType.Topic,
        "group" => ResourceType.Group,
        "cluster" => ResourceType.Broker,
        // RD_KAFKA_RESOURCE_TRANSACTIONAL_ID, which the .NET client has no name for
        "transactionalId" => (ResourceType)5,
        _ => throw new InvalidOperationException($"{right.Type}: no type of resource"),
    };

    private static ResourcePatternType PatternOf(KafkaRight right) =>
        right.IsPrefix ? ResourcePatternType.Prefixed : ResourcePatternType.Literal;

    private static AclOperation OperationOf(KafkaRight right) => Enum.Parse<AclOperation>(right.Operation);

    // what Strimzi's cluster authority signs; here the node's certificate is its own authority
    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kafka", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate =
            request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CaFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(
            Path.Combine(_folder, "node.pem"),
            key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n");
    }
}
