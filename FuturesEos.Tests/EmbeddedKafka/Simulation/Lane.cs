namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Where somebody's code goes on after an await: all lanes share one thread and one queue. Who dies, dies with his
/// lane: what is queued there never runs, as after a SIGKILL.
/// </summary>
internal sealed class Lane(SimulatedTime time) : SynchronizationContext
{
    public bool IsDead { get; private set; }

    public void Die() => IsDead = true;

    public void Run(Action work)
    {
        if (IsDead) return;
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
        }
        catch (BrokerKilledException) when (IsDead)
        {
            // a timer's work was cut off, or some other that nobody waits for
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => time.Enqueue(this, () => d(state));

    public override SynchronizationContext CreateCopy() => this;
}
