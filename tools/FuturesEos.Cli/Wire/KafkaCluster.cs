using System.Net.Sockets;
using System.Security.Authentication;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Security;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Wire;

/// <summary>
/// Brokers, each asked itself, for requests that librdkafka has not: transactions, producers, batches with their
/// markers.
/// </summary>
internal sealed class KafkaCluster : IAsyncDisposable
{
    private const string ClientId = "eos";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly Dictionary<int, KafkaConnection> _connections = [];
    private readonly ConnectionSecurity _security;
    private MetadataResponse _metadata = new();

    private KafkaCluster(ConnectionSecurity security) => _security = security;

    /// <summary>Ids of the brokers.</summary>
    public IReadOnlyList<int> Brokers => [.. _metadata.Brokers.Select(broker => broker.NodeId)];

    /// <summary>Topics and their partitions, without Kafka's own.</summary>
    public IEnumerable<MetadataResponse.Topic> Topics =>
        _metadata.Topics.Where(topic => !topic.IsInternal && topic.ErrorCode == KafkaError.None);

    /// <summary>The topic of the groups' offsets, which transactions write to as well; none before the first group.
    /// </summary>
    public IEnumerable<MetadataResponse.Topic> Offsets =>
        _metadata.Topics.Where(topic => topic.Name == "__consumer_offsets" && topic.ErrorCode == KafkaError.None);

    /// <summary>Connects to the first of the brokers named that answers.</summary>
    /// <exception cref="ExpectedFailure">None answers, or they want what this connection has not.</exception>
    public static async Task<KafkaCluster> OpenAsync(KafkaSettings settings, CancellationToken cancellationToken)
    {
        var security = ClientSecurity.Of(settings);
        Exception? last = null;
        foreach (var server in settings.BootstrapServers.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var cluster = new KafkaCluster(security);
            try
            {
                await using var connection =
                    await KafkaConnection.ConnectAsync(server, ClientId, Timeout, security, cancellationToken);
                cluster._metadata = await connection.SendAsync<MetadataRequest, MetadataResponse>(
                    new MetadataRequest { Topics = null, AllowAutoTopicCreation = false }, cancellationToken);
                return cluster;
            }
            catch (AuthenticationException e)
            {
                throw ExpectedFailure.Unreachable(
                    $"no connection to Kafka at {server}: {e.InnerException?.Message ?? e.Message}; correct the "
                        + "settings Kafka__security.protocol, Kafka__ssl.… or Kafka__sasl.…", e);
            }
            catch (Exception e)
                when (e is SocketException or TimeoutException or IOException or ProtocolException or ArgumentException)
            {
                last = e;
            }
        }

        throw ExpectedFailure.Unreachable(
            $"no Kafka broker answers at {settings.BootstrapServers} ({last?.Message}); start one with 'eos up', or "
                + "correct --bootstrap-servers", last);
    }

    /// <summary>Asks the leader of a partition.</summary>
    public Task<TResponse> AskLeaderAsync<TRequest, TResponse>(
        string topic, int partition, TRequest request, CancellationToken cancellationToken)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var leader = Array.Find(Partitions(topic), p => p.PartitionIndex == partition)?.LeaderId
            ?? throw ExpectedFailure.Usage($"{topic} has no partition {partition}");
        return AskAsync<TRequest, TResponse>(leader, request, cancellationToken);
    }

    /// <summary>Partitions of a topic.</summary>
    /// <exception cref="ExpectedFailure">There is no such topic.</exception>
    public MetadataResponse.Partition[] Partitions(string topic) =>
        Array.Find(_metadata.Topics, t => t.Name == topic && t.ErrorCode == KafkaError.None)?.Partitions
        ?? throw ExpectedFailure.Unreachable(
            $"there is no topic {topic}; 'eos status' shows whether the pipeline runs");

    /// <summary>Id of a topic: another one after it was deleted and made again.</summary>
    public Guid TopicId(string topic) => Array.Find(_metadata.Topics, t => t.Name == topic)?.TopicId ?? Guid.Empty;

    /// <summary>Asks a broker by its id.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(
        int broker, TRequest request, CancellationToken cancellationToken)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var address = Array.Find(_metadata.Brokers, b => b.NodeId == broker)
            ?? throw ExpectedFailure.Unreachable(
                $"broker {broker} is down: it leads what was asked for and is not in the cluster's list");
        try
        {
            if (!_connections.TryGetValue(broker, out var connection))
                _connections[broker] = connection = await KafkaConnection.ConnectAsync(
                    $"{address.Host}:{address.Port}", ClientId, Timeout, _security, cancellationToken);
            return await connection.SendAsync<TRequest, TResponse>(request, cancellationToken);
        }
        catch (NotSupportedException e)
        {
            throw new ExpectedFailure(
                ExitCode.CheckFailed, $"broker {broker} at {address.Host}:{address.Port}: {e.Message}", e);
        }
        catch (Exception e) when (
            e is SocketException or TimeoutException or IOException or ProtocolException or AuthenticationException)
        {
            if (_connections.Remove(broker, out var broken)) await broken.DisposeAsync();
            throw ExpectedFailure.Unreachable(
                $"broker {broker} at {address.Host}:{address.Port} does not answer: {e.Message}", e);
        }
    }

    /// <summary>The broker that coordinates a transactional id.</summary>
    public async Task<int> CoordinatorAsync(string transactionalId, CancellationToken cancellationToken)
    {
        const sbyte transactions = 1;
        var answer = await AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>(
            Brokers[0], new FindCoordinatorRequest
            {
                Key = transactionalId, KeyType = transactions,
                CoordinatorKeys = [transactionalId]
            }, cancellationToken);
        var (error, node) = answer.Coordinators.Length > 0
            ? (answer.Coordinators[0].ErrorCode, answer.Coordinators[0].NodeId) : (answer.ErrorCode, answer.NodeId);
        return error == KafkaError.None
            ? node
            : throw ExpectedFailure.Unreachable(
                $"there is no transaction coordinator for {transactionalId} ({error}); look at "
                    + "__transaction_state ('eos doctor')");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values) await connection.DisposeAsync();
    }
}
