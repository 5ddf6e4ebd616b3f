using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>Somebody who asks the broker. It can be killed between any two things it does.</summary>
internal abstract class SimulatedClient(SimulationRun run, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public string Name => name;

    public Lane Lane { get; } = new(run.Time);

    /// <summary>Some request of it may still be under way that it does not wait for any more.</summary>
    public bool HasStrays { get; set; }

    /// <summary>It has ended by itself.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether it is one of those that are killed.</summary>
    public virtual bool IsMortal => true;

    public bool IsAlive => !IsDone && !Lane.IsDead;

    protected SimulationRun Run => run;

    protected Random Random => run.Random;

    public void Start() => Lane.Run(() => _ = LiveSafelyAsync());

    public void Die()
    {
        run.Tell($"{name} dies");
        Lane.Die();
    }

    protected abstract Task LiveAsync();

    /// <summary>One request; null when no answer came in time.</summary>
    protected async Task<TResponse?> AskAsync<TRequest, TResponse>(
        string what,
        TRequest request,
        short version,
        Func<TResponse, object> told,
        Action<TResponse>? atBroker = null,
        TimeSpan? patience = null)
        where TRequest : class, IKafkaRequest<TResponse>
        where TResponse : class, IProtocolStruct, new()
    {
        run.Tell($"{name} -> {what}");
        var answer = await run.Network.SendAsync<TRequest, TResponse>(
            this, request, version, patience ?? Patience, answer => atBroker?.Invoke(answer));
        run.Tell($"{name} <- {what}: {(answer is null ? "nothing" : told(answer))}");
        return answer;
    }

    protected Task PauseAsync(int maxMs) => run.Time.PassAsync(Random.Next(1, maxMs));

    private async Task LiveSafelyAsync()
    {
        try
        {
            await LiveAsync();
            IsDone = true;
            run.Tell($"{name} ends");
        }
        catch (Exception failure)
        {
            run.Fail($"{name}: {failure}");
        }
    }
}
