namespace FuturesEos.Topology;

/// <summary>One Kafka process, broker and controller in one, and where it listens.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Host">Name under which the other nodes, Connect and the UI reach it.</param>
/// <param name="Bind">Address that it binds to.</param>
/// <param name="ClientPort">Of clients outside the containers' network; what is advertised for it depends on who maps
/// the port.</param>
/// <param name="InternalPort">Of the other nodes and of clients inside.</param>
/// <param name="ControllerPort">Of the quorum.</param>
/// <param name="LogFolder">Where its data is.</param>
public sealed record KafkaNode(
    int Id, string Host, string Bind, int ClientPort, int InternalPort, int ControllerPort, string LogFolder)
{
    /// <summary>Port of <see cref="ClientPort"/> in a container.</summary>
    public const int ContainerClientPort = 9092;

    /// <summary>The folder that the image declares as its volume.</summary>
    public const string ContainerLogFolder = "/var/lib/kafka/data";

    private const int ContainerInternalPort = 19092;
    private const int ContainerControllerPort = 29093;

    /// <summary>Where clients inside find it.</summary>
    public string InternalAddress => $"{Host}:{InternalPort}";

    /// <summary>The nodes of a cluster in containers, named <c>kafka-1</c> and so on.</summary>
    public static IReadOnlyList<KafkaNode> InContainers(ClusterShape shape) =>
    [
        .. Enumerable.Range(1, shape.Brokers).Select(id => new KafkaNode(
            id, $"kafka-{id}",
            "0.0.0.0", ContainerClientPort, ContainerInternalPort, ContainerControllerPort, ContainerLogFolder)),
    ];

    /// <summary>Bootstrap servers for clients inside.</summary>
    public static string InternalBootstrap(IEnumerable<KafkaNode> nodes) =>
        string.Join(',', nodes.Select(node => node.InternalAddress));
}
