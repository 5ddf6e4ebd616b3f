namespace FuturesEos.Cli.Deploying;

/// <summary>Who may open a connection to whom, on which port.</summary>
/// <param name="From">A workload; <see cref="Anyone"/>: no restriction.</param>
/// <param name="To">A workload, <see cref="AnyAddress"/> or <see cref="Anyone"/>.</param>
/// <param name="Port">Port, 0: all of them.</param>
internal readonly record struct Flow(string From, string To, int Port)
{
    /// <summary>A rule without peers: every pod and every address.</summary>
    public const string Anyone = "anyone";

    /// <summary>Any IP address, which is how the API server is reached.</summary>
    public const string AnyAddress = "any address";

    /// <summary>How messages name it.</summary>
    public override string ToString() => $"{From} -> {To}:{(Port == 0 ? "any port" : Port)}";
}
