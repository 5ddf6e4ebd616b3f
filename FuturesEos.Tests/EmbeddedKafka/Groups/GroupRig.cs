using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>A group driven by requests, without a broker around it.</summary>
internal sealed class GroupRig : IDisposable
{
    public GroupRig(TimeSpan initialDelay = default) => Group = new Group(
        "g",
        new EmbeddedKafkaOptions { DataFolder = "unused", GroupInitialRebalanceDelay = initialDelay },
        NullLogger.Instance);

    public Group Group { get; }

    public int SessionTimeoutMs { get; set; } = 30_000;

    public int RebalanceTimeoutMs { get; set; } = 30_000;

    public static RequestContext Context(ApiKey key, short version) => new()
    {
        Header = new RequestHeader(key, version, 1, "client"),
        Peer = new Peer("/127.0.0.1", Sasl: null),
        Closing = CancellationToken.None,
    };

    public void Dispose() => Group.Dispose();

    public Task<JoinGroupResponse> JoinAsync(
        string memberId = "", string? instanceId = null, short version = 9, string metadata = "m", params string[] protocols) =>
        Group.JoinAsync(
            new JoinGroupRequest
            {
                GroupId = "g",
                MemberId = memberId,
                GroupInstanceId = instanceId,
                ProtocolType = "consumer",
                SessionTimeoutMs = SessionTimeoutMs,
                RebalanceTimeoutMs = RebalanceTimeoutMs,
                Protocols =
                [
                    .. (protocols.Length == 0 ? ["range"] : protocols).Select(name => new JoinGroupRequest.Protocol
                    {
                        Name = name,
                        Metadata = System.Text.Encoding.UTF8.GetBytes(metadata),
                    }),
                ],
            },
            Context(ApiKey.JoinGroup, version));

    /// <summary>Joins as a newcomer must: asks for an id, then joins with it. Waits for the generation.</summary>
    public async Task<JoinGroupResponse> EnterAsync()
    {
        var promised = await JoinAsync();
        return await JoinAsync(promised.MemberId);
    }

    public Task<SyncGroupResponse> SyncAsync(JoinGroupResponse joined, string? instanceId = null, params (string Member, byte Part)[] parts) =>
        Group.SyncAsync(new SyncGroupRequest
        {
            GroupId = "g",
            GenerationId = joined.GenerationId,
            MemberId = joined.MemberId,
            GroupInstanceId = instanceId,
            Assignments = [.. parts.Select(p => new SyncGroupRequest.SyncGroupRequestAssignment { MemberId = p.Member, Assignment = new[] { p.Part } })],
        });

    public KafkaError Heartbeat(JoinGroupResponse joined, string? instanceId = null) => Group.Heartbeat(new HeartbeatRequest
    {
        GroupId = "g",
        GenerationId = joined.GenerationId,
        MemberId = joined.MemberId,
        GroupInstanceId = instanceId,
    });

    public KafkaError Commit(string member = "", string? instance = null, int generation = -1, bool isTransactional = false)
    {
        lock (Group.Gate)
            return Group.CheckCommit(member, instance, generation, isTransactional);
    }
}
