using FuturesEos.Cli.Demo;
using FuturesEos.Cli.Supervision;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Chaos;

/// <summary>Does to a component what a plan says, and tells whether it hit.</summary>
/// <param name="host">The processes.</param>
/// <param name="links">The network links that can be cut, by component.</param>
/// <param name="elapsed">Since the run began.</param>
internal sealed class FaultInjector(
    PipelineHost host, IReadOnlyDictionary<string, NetworkLink> links, Func<TimeSpan> elapsed)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(45);

    /// <summary>Injects a fault; over when it is over, not when the pipeline has recovered.</summary>
    /// <returns>What was done; null: it hit nothing.</returns>
    /// <exception cref="ExpectedFailure">The component did not run, or did not end.</exception>
    public async Task<InjectedFault?> InjectAsync(Fault fault, CancellationToken cancellation)
    {
        if (fault.Kind is FaultKind.Cut or FaultKind.Stall)
        {
            var link = links[fault.Component];
            var began = elapsed();
            var hit = fault.Kind == FaultKind.Cut
                ? await link.CutAsync(fault.Length, cancellation) : await link.StallAsync(fault.Length, cancellation);
            return hit > 0 ? new InjectedFault(fault, began, elapsed()) : null;
        }

        var keeper = host.Keeper(fault.Component);
        await keeper.WaitHealthyAsync(StartPatience, cancellation);
        if (keeper.Part.Pid is not { } pid) return null;
        var from = elapsed();
        var isHit = fault.Kind switch
        {
            FaultKind.Kill => await EndAsync(keeper.Part, part => KillAsync(part)),
            FaultKind.Restart => await EndAsync(keeper.Part, part => part.EndRunAsync()),
            _ => await FreezeAsync(keeper.Part, pid, fault.Length, cancellation),
        };
        return isHit ? new InjectedFault(fault, from, elapsed()) : null;
    }

    private static async Task<bool> EndAsync(Part part, Func<Part, Task> end)
    {
        var ended = part.Ended;
        if (ended.IsCompleted) return false;
        await end(part);
        try
        {
            await ended.WaitAsync(EndPatience);
            return true;
        }
        catch (TimeoutException e)
        {
            throw new ExpectedFailure(
                ExitCode.TimedOut, $"{part.Name} did not end within {EndPatience.TotalSeconds:0} s", e);
        }
    }

    private static Task KillAsync(Part part)
    {
        part.Kill();
        return Task.CompletedTask;
    }

    private static async Task<bool> FreezeAsync(Part part, int pid, TimeSpan length, CancellationToken cancellation)
    {
        var ended = part.Ended;
        var all = ProcessTree.Of(pid);
        foreach (var one in all) Freezer.Freeze(one);
        try
        {
            await Task.Delay(length, cancellation);
            return !ended.IsCompleted;
        }
        finally
        {
            foreach (var one in all) Freezer.Thaw(one);
        }
    }
}
