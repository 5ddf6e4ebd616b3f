using FuturesEos.Topology;

namespace FuturesEos.AppHost;

/// <summary>Where Kafka and PostgreSQL run this time, and why.</summary>
/// <param name="Kind">Containers or processes.</param>
/// <param name="Reason">In words, for the log and the dashboard.</param>
internal sealed record InfrastructureChoice(Infrastructure Kind, string Reason)
{
    /// <summary>The option that decides.</summary>
    public const string Option = "Infrastructure";

    /// <summary>Follows <c>--Infrastructure</c>; <c>auto</c>, or nothing, asks for a container engine.</summary>
    /// <exception cref="ArgumentException">It is none of its values.</exception>
    public static async Task<InfrastructureChoice> MakeAsync(string? option)
    {
        switch (option)
        {
            case "embedded":
                return new InfrastructureChoice(Infrastructure.Embedded, $"embedded: --{Option} says so");
            case "containers":
                await ContainerEngine.AskAsync(); // which engine it is; if none answers, Aspire says so
                return new InfrastructureChoice(Infrastructure.Containers, $"containers: --{Option} says so");
            case null or "" or "auto":
                var (engine, answer) = await ContainerEngine.AskAsync();
                return engine is null
                    ? new InfrastructureChoice(
                        Infrastructure.Embedded, $"embedded: no container engine answers ({answer})")
                    : new InfrastructureChoice(Infrastructure.Containers, $"containers: {answer}");
            default:
                throw new ArgumentException($"--{Option}={option}: auto (the default), embedded or containers");
        }
    }
}
