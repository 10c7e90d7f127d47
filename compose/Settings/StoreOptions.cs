namespace Sametime.Compose.Settings;

/// <summary>What everything is kept in.</summary>
internal enum StoreKind
{
    /// <summary>One file in the data directory.</summary>
    Sqlite,

    /// <summary>A PostgreSQL that all processes of the community share; the section Postgres says where it is.</summary>
    Postgres,
}

/// <summary>Which store it is. Bound from the section <c>Store</c>, which also holds the settings of the embedded one.</summary>
internal sealed class StoreOptions
{
    /// <summary>Sqlite, in the data directory, or Postgres, for a community of several machines.</summary>
    public StoreKind Kind { get; set; } = StoreKind.Sqlite;

    /// <summary>
    /// File with the store key, which all processes that share a database need alike. When empty it is store.key in the data directory,
    /// which the embedded store makes at its first start.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// Whether a server or command makes tables that are missing, and changes older ones. By default it does with Sqlite; with Postgres that is
    /// left to sametime store init and migrate, so that no server changes by surprise what others use.
    /// </summary>
    public bool? CreateTables { get; set; }

    /// <summary>What <see cref="CreateTables"/> comes to.</summary>
    internal bool MayCreateTables => CreateTables ?? Kind == StoreKind.Sqlite;
}
