namespace FuturesEos.Topology;

/// <summary>A service that is published.</summary>
/// <param name="Name">Of its Deployment.</param>
/// <param name="Project">Its project, which lies in a folder of the same name.</param>
/// <param name="UsesDatabase">Whether it gets the database's connection string too.</param>
public sealed record PublishedService(string Name, string Project, bool UsesDatabase)
{
    /// <summary>Path of the project file from the folder of the solution.</summary>
    public string ProjectFile => $"{Project}/{Project}.csproj";
}
