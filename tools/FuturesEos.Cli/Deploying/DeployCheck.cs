using FuturesEos.Cli.Deploying.Checks;

namespace FuturesEos.Cli.Deploying;

/// <summary>Everything that can be known of manifests without a cluster, and that no schema says.</summary>
internal static class DeployCheck
{
    private static readonly (string Name, Func<ManifestSet, IEnumerable<string>> Find)[] Checks =
    [
        ("Strimzi", StrimziCheck.Find),
        ("topics", TopicCheck.Find),
        ("rights", AclCheck.Find),
        ("references", ReferenceCheck.Find),
        ("selectors", SelectorCheck.Find),
        ("pods", PodCheck.Find),
        ("images", ImageCheck.Find),
        ("connector", ConnectorCheck.Find),
        ("flows", FlowCheck.Find),
    ];

    /// <summary>What they are called, in the order in which they run.</summary>
    public static IReadOnlyList<string> Names => [.. Checks.Select(check => check.Name)];

    /// <summary>Problems of a set of documents, each with the check that found it.</summary>
    public static List<DeployProblem> Find(ManifestSet set) =>
        [.. Checks.SelectMany(check => check.Find(set).Select(problem => new DeployProblem(check.Name, problem)))];

    /// <summary>Problems of the folder: of its documents, and of the files that follow from something else.</summary>
    public static List<DeployProblem> Find(DeployFolder folder) =>
    [
        .. from file in GeneratedFiles.All(folder)
           where !File.Exists(folder.At(file.Path)) || File.ReadAllText(folder.At(file.Path)) != file.Text
           select new DeployProblem(
               "generated", $"deploy/{file.Path} is not what it follows from: eos deploy render --refresh"),
        .. new[] { DeployFolder.WithDebezium, DeployFolder.WithRelay }.SelectMany(
            overlay => Find(folder.Everything(overlay))).Distinct(),
    ];
}
