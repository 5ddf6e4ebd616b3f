using System.Collections.Concurrent;
using Confluent.Kafka;

namespace FuturesEos.Tests.Broker;

/// <summary>Members of one group, each polling on a thread of its own until it leaves or falls silent.</summary>
internal sealed class MemberLoop(string servers, params string[] topics) : IDisposable
{
    private readonly ConcurrentDictionary<string, Member> _members = new();
    private readonly ConcurrentDictionary<TopicPartition, string> _owners = new();
    private readonly ConcurrentDictionary<string, int> _assignments = new();

    public int SessionTimeoutMs { get; init; } = 2000;

    /// <summary>Members keep their place over a restart: group.instance.id is their name.</summary>
    public bool IsStatic { get; init; }

    /// <summary>Who has what; a partition that two have at a time fails the member that finds it.</summary>
    public IReadOnlyDictionary<TopicPartition, string> Owners => _owners;

    public ConcurrentDictionary<TopicPartitionOffset, bool> Seen { get; } = new();

    public int Assignments(string name) => _assignments.GetValueOrDefault(name);

    public void Add(string name) => _members[name] = new Member(this, name);

    /// <summary>Closes the member, which a dynamic one tells the broker.</summary>
    public void Leave(string name)
    {
        if (_members.TryRemove(name, out var member))
            member.Stop(isSilent: false);
    }

    /// <summary>The member's heartbeats end, as if its process were gone.</summary>
    public void Kill(string name)
    {
        if (!_members.TryRemove(name, out var member))
            return;
        member.Stop(isSilent: true);
        foreach (var owned in _owners.Where(o => o.Value == name))
            _owners.TryRemove(owned);
    }

    public void Dispose()
    {
        foreach (var name in _members.Keys)
            Leave(name);
    }

    private sealed class Member
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Thread _thread;
        private bool _isSilent;

        public Member(MemberLoop group, string name)
        {
            _thread = new Thread(() => Run(group, name)) { IsBackground = true };
            _thread.Start();
        }

        public void Stop(bool isSilent)
        {
            _isSilent = isSilent;
            _stop.Cancel();
            _thread.Join();
        }

        private void Run(MemberLoop group, string name)
        {
            var config = new ConsumerConfig
            {
                BootstrapServers = group.Servers,
                GroupId = "g",
                GroupInstanceId = group.IsStatic ? name : null,
                SessionTimeoutMs = group.SessionTimeoutMs,
                HeartbeatIntervalMs = 200,
                MaxPollIntervalMs = Math.Max(group.SessionTimeoutMs, 6000),
                EnableAutoCommit = false,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range,
            };
            var consumer = new ConsumerBuilder<string, byte[]>(config)
                .SetLogHandler((_, _) => { })
                .SetErrorHandler((_, _) => { })
                .SetPartitionsAssignedHandler((_, assigned) => group.Take(name, assigned))
                .SetPartitionsRevokedHandler((_, revoked) => group.Release(name, revoked.Select(r => r.TopicPartition)))
                .SetPartitionsLostHandler((_, lost) => group.Release(name, lost.Select(r => r.TopicPartition)))
                .Build();
            consumer.Subscribe(group.Topics);
            while (!_stop.IsCancellationRequested)
            {
                if (consumer.Consume(50) is { } record)
                    group.Seen[record.TopicPartitionOffset] = true;
            }

            if (_isSilent)
                return; // librdkafka's threads stop heartbeats at max.poll.interval.ms, as for a hung process
            consumer.Close();
            consumer.Dispose();
        }
    }

    private string Servers => servers;

    private string[] Topics => topics;

    private void Take(string name, List<TopicPartition> partitions)
    {
        _assignments.AddOrUpdate(name, 1, (_, n) => n + 1);
        foreach (var partition in partitions)
            _owners[partition] = name;
    }

    private void Release(string name, IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            _owners.TryRemove(new(partition, name));
    }
}
