using System.Security.Cryptography;
using Sametime.Contracts.Providers;

namespace Sametime.Services.Providers.Subjects;

/// <summary>Says at once, and in one sentence, that the keys are not those that this store needs.</summary>
internal static class SubjectKeyCheck
{
    /// <exception cref="StoreCorruptException">The store key is another one.</exception>
    public static void Key(StoreKey given, byte[] made)
    {
        if (!CryptographicOperations.FixedTimeEquals(given.Check, made))
            throw new StoreCorruptException("The store key is not the one that this store was made with: Store:KeyFile names another, or store.key was exchanged.");
    }

    /// <exception cref="StoreCorruptException">The keys are of another store.</exception>
    public static void Store(string eventsWant, string keysAre)
    {
        if (eventsWant != keysAre)
            throw new StoreCorruptException("The keys of persons (subjects) are not those of this store: they were lost, or belong to another one; restore them from a backup of their own.");
    }
}
