namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>What goes wrong, and when: each run has its own mixture, with quiet times in between.</summary>
internal sealed class Chaos(SimulationRun run)
{
    public const int Ids = 3;

    private const string Deletions = "deletions";
    private const string DeletedTopics = "deleted topics";
    private const string ExpiredPositions = "expired positions";
    private const string ForgottenIds = "forgotten ids";

    private const int DesertedMinMs = 75_000;
    private const int DesertedMaxMs = 180_000;

    private readonly int _maxWaitMs = run.Random.Next(300, 6000);
    private readonly int _trouble = run.Random.Next(3) == 0 ? 0 : run.Random.Next(10, 200);
    private bool _isOver;
    private bool _isDeserted;

    /// <summary>Whatever can be met.</summary>
    public IEnumerable<string> Kinds =>
    [
        "kills", "deaths in a write", "clean stops", "full disks", "dead clients", "returns", "zombies",
        .. run.HasDeletions ? [Deletions] : Array.Empty<string>(),
        .. run.HasDeletedTopics ? [DeletedTopics] : Array.Empty<string>(),
        .. run.HasExpiry ? [ExpiredPositions, ForgottenIds] : Array.Empty<string>(),
    ];

    /// <summary>What was met, so that a run that met nothing is not taken for a good one.</summary>
    public Dictionary<string, int> Met { get; } = [];

    /// <summary>A partition has lost its oldest records.</summary>
    public void OnDeletion() => Note(Deletions);

    public void OnTopicDeleted() => Note(DeletedTopics);

    public void OnPositionExpired() => Note(ExpiredPositions);

    public void OnIdForgotten() => Note(ForgottenIds);

    public void Begin() => run.World.Run(() =>
    {
        _ = GoOnAsync();
        if (run.HasExpiry) _ = DesertAsync();
    });

    public void End()
    {
        _isOver = true;
        run.Network.Trouble = 0;
        if (run.Broker.Core is null) return;
        run.Broker.FillDisk(false);
        run.Broker.DieAt(int.MaxValue);
    }

    /// <summary>Of starts too, some die.</summary>
    public int CallsToLive() => run.Random.Next(8) == 0 ? run.Random.Next(1, 8) : int.MaxValue;

    /// <summary>The broker has died in the midst of something.</summary>
    public void OnDeath()
    {
        Note("deaths in a write");
        run.Broker.Bury();
        OpenSoon();
    }

    private void OpenSoon() => run.Time.After(TimeSpan.FromMilliseconds(run.Random.Next(1, 4000)), run.World, run.Open);

    private async Task GoOnAsync()
    {
        while (!_isOver)
        {
            await run.Time.PassAsync(run.Random.Next(1, _maxWaitMs));
            if (!_isOver) Happen(run.Random.Next(100));
        }
    }

    /// <summary>Now and then nobody is in the group for so long that it loses its positions.</summary>
    private async Task DesertAsync()
    {
        while (!_isOver)
        {
            await run.Time.PassAsync(run.Random.Next(1, DesertedMaxMs));
            if (_isOver) return;
            _isDeserted = true;
            foreach (var member in run.Clients.OfType<GroupMemberClient>().Where(m => m.IsAlive)) member.Die();
            await run.Time.PassAsync(run.Random.Next(DesertedMinMs, DesertedMaxMs));
            _isDeserted = false;
        }
    }

    private void Happen(int dice)
    {
        switch (dice)
        {
            case < 12 when run.Broker.Core is not null:
                Note("kills");
                run.Broker.Kill();
                OpenSoon();
                break;
            case < 34 when run.Broker.Core is not null:
                run.Broker.DieAt(run.Random.Next(1, 12));
                break;
            case < 40 when run.Broker.Core is not null:
                Note("clean stops");
                run.Broker.Stop();
                OpenSoon();
                break;
            case < 48 when run.Broker.Core is not null:
                Note("full disks");
                FillDisk();
                break;
            case < 60:
                run.Network.Trouble = run.Network.Trouble > 0 ? 0 : _trouble;
                run.Tell($"the network has trouble {run.Network.Trouble}");
                break;
            case < 75:
                KillSomebody();
                break;
            default:
                Replace();
                break;
        }
    }

    private void FillDisk()
    {
        run.Tell("the disk is full");
        run.Broker.FillDisk(true);
        run.Witness.Disturb();
        run.Time.After(TimeSpan.FromMilliseconds(run.Random.Next(1, 8000)), run.World, () =>
        {
            run.Tell("the disk has room");
            if (run.Broker.Core is not null) run.Broker.FillDisk(false);
            run.Witness.Disturb();
        });
    }

    private void KillSomebody()
    {
        var alive = run.Clients.Where(client => client is { IsAlive: true, IsMortal: true }).ToList();
        if (alive.Count == 0) return;
        Note("dead clients");
        alive[run.Random.Next(alive.Count)].Die();
    }

    /// <summary>Somebody comes back, for who has died or beside who still lives: that one is then a zombie.</summary>
    private void Replace()
    {
        switch (run.Random.Next(4))
        {
            case 0 when !_isDeserted && run.Clients.OfType<GroupMemberClient>().Count(m => m.IsAlive) < 4:
                run.Start(new GroupMemberClient(run, $"m{run.Clients.Count}"));
                break;
            case 1 when run.Clients.OfType<IdempotentClient>().Count(i => i.IsAlive) < 2:
                run.Start(new IdempotentClient(run, $"i{run.Clients.Count}"));
                break;
            default:
                var id = run.Random.Next(Ids);
                var living = run.Clients.OfType<TransactionalClient>().Count(c => c.IsAlive && c.Number == id);
                if (living > 1 || (living == 1 && run.Random.Next(3) > 0)) break;
                Note(living == 0 ? "returns" : "zombies");
                run.StartProducer(id);
                break;
        }
    }

    private void Note(string what)
    {
        Met[what] = Met.GetValueOrDefault(what) + 1;
        run.Tell(what);
    }
}
