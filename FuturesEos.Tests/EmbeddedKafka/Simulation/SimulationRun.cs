using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.Tests.Broker.History;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// A broker, its clients, its clock, its disk and its network in one thread, all of it drawn from one seed. First
/// everything goes wrong for some steps; then it heals, everything must come to its end, and what came of it is judged.
/// </summary>
internal sealed class SimulationRun : IDisposable
{
    private const int StepsBetweenLooks = 20;
    private const int HealingStepsMax = 60_000;
    private static readonly TimeSpan StraysGone = TimeSpan.FromSeconds(90);

    private readonly int _steps;
    private readonly List<string> _history = [];
    private readonly List<ReadingClient> _readers = [];
    private readonly List<SimulatedClient> _clients = [];
    private int _step;

    public SimulationRun(int seed, int steps)
    {
        Seed = seed;
        _steps = steps;
        Random = new Random(seed);
        World = new Lane(Time);
        IsForced = seed % 3 == 0;
        HasDeletions = seed % 2 == 0;
        HasDeletedTopics = seed % 4 < 2;
        HasExpiry = seed % 5 < 2;
        Network = new SimulatedNetwork(this);
        Witness = new Witness(this);
        Generations = new Generations(this);
        Broker = new SimulatedBroker(this, IsForced ? FsyncPolicy.Always : FsyncPolicy.Never);
        Chaos = new Chaos(this);
    }

    public int Seed { get; }

    /// <summary>Every write is forced to the disk, and deaths are power cuts.</summary>
    public bool IsForced { get; }

    /// <summary>
    /// Old records are deleted, by retention and at a client's wish: what is deleted can no longer be found lost.
    /// </summary>
    public bool HasDeletions { get; }

    /// <summary>A topic that positions are committed of is deleted and made again.</summary>
    public bool HasDeletedTopics { get; }

    /// <summary>
    /// Positions and transactional ids that nobody uses for a while are forgotten, and clients are silent for so long.
    /// </summary>
    public bool HasExpiry { get; }

    public Random Random { get; }

    public SimulatedTime Time { get; } = new();

    /// <summary>Whatever outlives brokers and clients: the network, the faults.</summary>
    public Lane World { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedBroker Broker { get; }

    public Witness Witness { get; }

    public Generations Generations { get; }

    public Chaos Chaos { get; }

    public bool IsHealing { get; private set; }

    public string? Failure { get; private set; }

    public IReadOnlyList<string> History => _history;

    public IReadOnlyList<SimulatedClient> Clients => _clients;

    /// <summary>Runs to the end, or to the first failure.</summary>
    public void Run()
    {
        try
        {
            Begin();
            while (_step < _steps && Failure is null) StepOnce();
            Heal();
            if (Failure is null) Judge();
        }
        catch (Exception unexpected)
        {
            Fail(unexpected.ToString());
        }
    }

    public void Tell(string what) =>
        _history.Add(FormattableString.Invariant($"{_step,6} {Time.Elapsed.TotalMilliseconds,9:0} {what}"));

    /// <summary>The first failure counts.</summary>
    public void Fail(string what)
    {
        Tell($"FAILED: {what}");
        Failure ??= $"seed {Seed}, step {_step}: {what}";
    }

    /// <summary>Opens the broker, again and again if it dies on the way.</summary>
    public void Open()
    {
        while (!Broker.Open(IsHealing ? int.MaxValue : Chaos.CallsToLive())) Tell("the broker dies while it starts");
        Tell("the broker starts");
        Witness.LookAgain();
        Generations.Restart(Witness.Positions.Generation);
    }

    public T Start<T>(T client)
        where T : SimulatedClient
    {
        _clients.Add(client);
        client.Start();
        return client;
    }

    public void StartProducer(int id, bool isLast = false)
    {
        var isSecondProtocol = Random.Next(2) == 0;
        Start(new TransactionalClient(this, id, _clients.Count, isSecondProtocol) { IsLast = isLast });
    }

    /// <summary>
    /// In whose name positions are sent: some member as it knows itself, perhaps an old one, or nobody.
    /// </summary>
    public (int Generation, string MemberId) SomeMember()
    {
        var members = _clients.OfType<GroupMemberClient>().Where(m => m.Generation >= 0 && m.MemberId != "").ToList();
        if (members.Count == 0 || Random.Next(4) == 0) return (-1, "");
        var member = members[Random.Next(members.Count)];
        return (member.Generation, member.MemberId);
    }

    public void Dispose() => Broker.Dispose();

    private void Begin()
    {
        Broker.Open();
        Broker.CreateTopics();
        Witness.Look();
        for (var id = 0; id < Chaos.Ids; id++) StartProducer(id);
        for (var i = 0; i < 2; i++) Start(new IdempotentClient(this, $"i{i}"));
        for (var i = 0; i < 3; i++) Start(new GroupMemberClient(this, $"m{i}"));
        if (HasDeletions) Start(new DeletingClient(this, "d"));
        if (HasDeletedTopics) Start(new TopicClient(this, "t"));
        _readers.Add(Start(new ReadingClient(this, "r", isLast: false)));
        Chaos.Begin();
    }

    private void StepOnce()
    {
        _step++;
        Time.RunNext();
        if (Time.Stranger is { } stranger) Fail($"another thread has work in the simulation: {stranger}");
        if (Broker.IsDead) Chaos.OnDeath();
        Witness.Look();
        if (_step % StepsBetweenLooks == 0) Witness.CheckTransactions();
    }

    private void StepUntil(Func<bool> isReached, string what)
    {
        for (var steps = 0; Failure is null && !isReached(); steps++)
        {
            StepOnce();
            if (steps == HealingStepsMax) Fail($"{what}, and it does not come about");
        }
    }

    /// <summary>No more faults; what is under way ends by itself, and afterwards everything works.</summary>
    private void Heal()
    {
        if (Failure is not null) return;
        Tell("everything heals");
        IsHealing = true;
        Chaos.End();
        Start(new GroupMemberClient(this, $"m{_clients.Count}"));
        var strays = Time.Elapsed + StraysGone;
        StepUntil(() => Time.Elapsed > strays, "the clock goes on");
        StepUntil(() => AreDone<ProducingClient>() && AreDone<ReadingClient>(), "all clients end");
        if (Failure is not null) return;

        // a last death, so that all the housekeeping meanwhile was not for nothing
        Broker.Kill();
        Open();
        for (var id = 0; id < Chaos.Ids; id++) StartProducer(id, isLast: true);
        StepUntil(AreDone<TransactionalClient>, "each id does one more transaction");
        StepUntil(() => Witness.Logs.All(log => log.Open.Count == 0), "all transactions end");
        StepUntil(IsGroupFormed, "the group forms");
        if (Failure is null) _readers.Add(Start(new ReadingClient(this, "last", isLast: true)));
        StepUntil(AreDone<ReadingClient>, "everything is read");
    }

    private void Judge()
    {
        Witness.CheckTransactions();
        Witness.CheckEnds();
        var transactions = Witness.Works.ConvertAll(work => new Transaction(work.Name, work.Outcome, SentOf(work)));
        var found = HistoryJudge.Judge(transactions, [.. _readers.SelectMany(reader => reader.Passes)]);
        foreach (var violation in found.Take(1)) Fail(violation);
    }

    private List<Sent> SentOf(Work work) =>
    [
        .. from sent in work.Sent
           select new Sent($"{sent.Value.Partition}", sent.Key, sent.Value.Offset < 0 ? null : sent.Value.Offset)
           {
               IsDeleted = Witness.IsDeleted(sent.Key, sent.Value.Partition),
           },
    ];

    private bool AreDone<T>()
        where T : SimulatedClient => _clients.OfType<T>().All(client => !client.IsAlive);

    private bool IsGroupFormed()
    {
        var members = _clients.OfType<GroupMemberClient>().Where(m => m.IsAlive).ToList();
        return Broker.Core?.Groups.Find(GroupMemberClient.Group) is { State: GroupState.Stable } group
            && members.All(m => m.Generation == group.Generation)
            && members.SelectMany(m => m.Owned).Order().SequenceEqual(SimulatedBroker.AllPartitions);
    }
}
