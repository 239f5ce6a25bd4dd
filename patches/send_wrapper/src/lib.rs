//! Stands in for the crate `send_wrapper`, by which Leptos stores what belongs to one thread where any thread may look.
//! The real one asks the standard library which thread it is on, in a browser too, where there is one: that brings
//! thread handles and a second allocator for them, 3 KB compressed for every visitor. Here a browser is asked nothing;
//! natively, in tests, the thread is compared as ever.

use core::fmt;
use core::mem::{ManuallyDrop, needs_drop};
use core::ops::{Deref, DerefMut};

#[cfg(not(all(target_arch = "wasm32", not(target_feature = "atomics"))))]
mod thread {
    #[derive(Clone, Copy, PartialEq)]
    pub(crate) struct Owner(std::thread::ThreadId);

    pub(crate) fn here() -> Owner {
        Owner(std::thread::current().id())
    }
}

/// WebAssembly without shared memory: there is one thread.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
mod thread {
    #[derive(Clone, Copy, PartialEq)]
    pub(crate) struct Owner;

    pub(crate) const fn here() -> Owner {
        Owner
    }
}

/// A value that may be moved anywhere, and used where it was wrapped; anything else panics.
pub struct SendWrapper<T> {
    owner: thread::Owner,
    value: ManuallyDrop<T>,
}

// SAFETY: the value is reached only after `check`, so only by the thread that it belongs to.
unsafe impl<T> Send for SendWrapper<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for SendWrapper<T> {}

impl<T> SendWrapper<T> {
    /// Wraps a value of this thread.
    pub fn new(value: T) -> Self {
        Self { owner: thread::here(), value: ManuallyDrop::new(value) }
    }

    /// Whether this is the thread that it was wrapped on.
    pub fn valid(&self) -> bool {
        self.owner == thread::here()
    }

    /// The value.
    ///
    /// # Panics
    /// On another thread.
    pub fn take(self) -> T {
        self.check();
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is neither dropped nor used any more.
        unsafe { ManuallyDrop::take(&mut this.value) }
    }

    fn check(&self) {
        assert!(self.valid(), "a value of another thread");
    }
}

impl<T> Deref for SendWrapper<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.check();
        &self.value
    }
}

impl<T> DerefMut for SendWrapper<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.check();
        &mut self.value
    }
}

impl<T> Drop for SendWrapper<T> {
    fn drop(&mut self) {
        // What needs no dropping may end anywhere.
        if needs_drop::<T>() {
            self.check();
            // SAFETY: it is dropped here alone.
            unsafe { ManuallyDrop::drop(&mut self.value) }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for SendWrapper<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SendWrapper").field(&**self).finish()
    }
}

impl<T: Clone> Clone for SendWrapper<T> {
    fn clone(&self) -> Self {
        Self::new((**self).clone())
    }
}

#[cfg(feature = "futures")]
mod futures {
    use core::pin::Pin;
    use core::task::{Context, Poll};

    use futures_core::Stream;

    use super::SendWrapper;

    impl<T> SendWrapper<T> {
        fn pinned(self: Pin<&mut Self>) -> Pin<&mut T> {
            // SAFETY: the value is part of the wrapper and never moved out of one that is pinned.
            unsafe { self.map_unchecked_mut(|this| &mut **this) }
        }
    }

    impl<F: Future> Future for SendWrapper<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
            self.pinned().poll(context)
        }
    }

    impl<S: Stream> Stream for SendWrapper<S> {
        type Item = S::Item;

        fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
            self.pinned().poll_next(context)
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (**self).size_hint()
        }
    }
}
