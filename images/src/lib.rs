//! The models of an AI short-drama platform's images.
