using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Broker.Differential;
using FuturesEos.Tests.EmbeddedKafka.Network;
using FuturesEos.Tests.KafkaProtocol;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// A connection that sends what it likes, and another one when that is closed. What is answered must be a right answer.
/// </summary>
internal sealed class HostileClient(string servers, ValuesSeen seen) : IDisposable
{
    // no request is made with it
    private const int EndId = int.MinValue + 77;

    // who is told to wait longer goes away, and leaves its request to the broker
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly Dictionary<ApiKey, Type> Answers = MessageCatalog.All
        .Where(type => type.Name.EndsWith("Response", StringComparison.Ordinal))
        .ToDictionary(type => MessageCatalog.ApiOf(type).Key);

    private readonly byte[] _end = RawClient.Frame(new ApiVersionsRequest(), ApiVersionsRequest.Api, 0, EndId);
    private RawClient? _client;

    public int Sent { get; private set; }

    public int Closed { get; private set; }

    public int Parked { get; private set; }

    /// <summary>Answers by API.</summary>
    public Dictionary<ApiKey, int> Answered { get; } = [];

    /// <summary>Makes the topics that requests are about; with what is answered they make and delete more.</summary>
    public static async Task PrepareAsync(string servers)
    {
        await Clients.CreateTopicAsync(servers, "fuzz", partitions: 3);
        await Clients.CreateTopicAsync(servers, "compacted", 2, new() { ["cleanup.policy"] = "compact" });
    }

    /// <summary>Sends requests in one go and reads what comes back.</summary>
    /// <returns>The errors in the answers, null where there was none; and from which port they came.</returns>
    public async Task<(string? Errors, int Port)> SendAsync(IReadOnlyList<byte[]> requests)
    {
        requests = [.. requests.Where(request => !NastyRequest.ChangesInternalTopic(request))];
        _client ??= await RawClient.ConnectAsync(servers);
        var port = ((IPEndPoint)_client.Socket.LocalEndPoint!).Port;
        Sent += requests.Count;
        string? errors = null;
        try
        {
            await _client.SendAsync(requests.SelectMany(NastyRequest.Framed).Concat(_end).ToArray());
            var waiting = new Queue<byte[]>(requests);
            while (true)
            {
                var answer = await _client.ReceiveAsync(Patience);
                if (answer.Length >= 4 && BinaryPrimitives.ReadInt32BigEndian(answer) == EndId)
                    return (errors, port);
                if (Judge(waiting, answer) is { } found) errors += found;
            }
        }
        catch (Exception ended) when (ended is SocketException or EndOfStreamException)
        {
            Closed++;
            Dispose();
        }
        catch (OperationCanceledException)
        {
            Parked++;
            Dispose();
        }

        return (errors, port);
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    private string? Judge(Queue<byte[]> waiting, byte[] answer)
    {
        // produced with acks=0, a request has no answer: the next one's correlation id is there instead
        while (waiting.TryDequeue(out var request))
        {
            if (NastyRequest.HeaderOf(request) is not { } header || answer.Length < 4
                || header.CorrelationId != BinaryPrimitives.ReadInt32BigEndian(answer))
            {
                continue;
            }

            Answered[header.Key] = Answered.GetValueOrDefault(header.Key) + 1;
            try
            {
                return Read(header.Key, header.Version, answer);
            }
            catch (ProtocolException wrong)
            {
                Assert.Fail($"{Convert.ToHexString(request)} was answered {Convert.ToHexString(answer)}: {wrong.Message}");
            }
        }

        return null;
    }

    private string Read(ApiKey key, short version, byte[] answer)
    {
        var api = MessageCatalog.ApiOf(Answers[key]);
        var readAs = key == ApiKey.ApiVersions && !api.IsOffered(version) ? (short)0 : version;
        var message = MessageCatalog.New(Answers[key]);
        var reader = new ProtocolReader(answer.AsMemory(4), readAs, api.IsFlexible(readAs));
        if (api.HasFlexibleResponseHeader(readAs)) reader.SkipTags();
        reader.Struct(message);
        reader.ExpectEnd();
        var fields = new List<(string Name, object Value)>();
        AnswerPrinter.Print(message, api, readAs, (name, value) =>
        {
            fields.Add((name, value));
            return null;
        });
        seen.Learn(fields);
        return string.Join(',', fields.Select(field => field.Value).OfType<KafkaError>().Distinct().Order());
    }
}
